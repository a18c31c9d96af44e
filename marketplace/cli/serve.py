"""valinta serve: the web server."""

import gc

import click
from gunicorn.app.base import BaseApplication

from marketplace.app import create_app
from marketplace.cli import main
from marketplace.cli.place import Place, place


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn, configured here instead of by files."""

    def __init__(self, where: Place, host: str, port: int, workers: int) -> None:
        self.where = where
        self.options = {
            "bind": f"{host}:{port}",
            "workers": workers,
            "accesslog": None,
            "control_socket_disable": True,
            "timeout": 60,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> object:
        # once in each worker: connections are not shared across processes
        app = create_app(self.where.config, self.where.desk())
        # words, templates and tables live as long as the worker: the collector need not walk through them at every turn
        gc.collect()
        gc.freeze()
        return app


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Processes that answer requests.")
def serve(host: str, port: int, workers: int) -> None:
    """Serve the three portals with a real WSGI server."""
    Server(place(), host, port, workers).run()
