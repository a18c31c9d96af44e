"""Settings, from the environment; on a laptop without any, secrets are made once and kept under `instance/`."""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path


class ConfigError(Exception):
    """A setting is missing or malformed; the message says which and how to mend it."""


@dataclass(frozen=True)
class Config:
    instance: Path
    database_url: str | None  # None: the embedded server under instance/
    owner_url: str | None
    secret_key: str
    data_keys: dict[int, bytes]
    index_key: bytes
    heads: Path  # where the signed daily heads of the order logs are kept, outside the database
    demo: bool
    https: bool
    trusted_hosts: list[str] | None
    smtp_host: str | None
    smtp_port: int
    mail_from: str
    base_url: str
    smtp_user: str | None = None
    smtp_password: str | None = None
    smtp_tls: bool = False  # STARTTLS before anything is said
    bank_folder: Path | None = None  # where the worker puts files of payments for the bank's transfer program
    proxies: int = 0  # how many reverse proxies of our own stand in front and add X-Forwarded-For
    demo_password: str = "valinta-demo"  # noqa: S105  everybody knows it, and it opens demonstrations only

    @property
    def embedded(self) -> bool:
        return self.database_url is None


def _laptop_secrets(instance: Path) -> dict[str, str]:
    """Secrets of an embedded installation, made at the first start. A real one sets them in its environment."""
    path = instance / "secrets.json"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        made = {
            "VALINTA_SECRET_KEY": secrets.token_hex(32),
            "VALINTA_DATA_KEYS": "1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
            "VALINTA_INDEX_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        }
        draft = path.with_suffix(f".{os.getpid()}")
        with open(os.open(draft, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
            json.dump(made, file)
        try:
            os.link(draft, path)  # whoever is first wins; nobody overwrites a key
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    loaded: dict[str, str] = json.loads(path.read_text())
    return loaded


def _data_keys(text: str) -> dict[int, bytes]:
    try:
        pairs = (part.split(":", 1) for part in text.split(","))
        return {int(number): base64.b64decode(key, validate=True) for number, key in pairs}
    except ValueError:
        raise ConfigError("VALINTA_DATA_KEYS must read '1:<base64 of 32 bytes>', more keys after a comma") from None


def load_config(environ: dict[str, str] | None = None) -> Config:
    """Read the settings. Raises ConfigError naming the setting and its mend."""
    env = dict(os.environ if environ is None else environ)
    instance = Path(env.get("VALINTA_INSTANCE", "instance")).absolute()
    url = env.get("DATABASE_URL") or None
    if url is None:
        env = _laptop_secrets(instance) | env
    for name in ("VALINTA_SECRET_KEY", "VALINTA_DATA_KEYS", "VALINTA_INDEX_KEY"):
        if not env.get(name):
            raise ConfigError(
                f"{name} is not set. With DATABASE_URL set, secrets come from the environment; see docs/operations.md"
            )
    hosts = env.get("VALINTA_HOSTS")
    return Config(
        instance=instance,
        database_url=url,
        owner_url=env.get("DATABASE_OWNER_URL") or url,
        secret_key=env["VALINTA_SECRET_KEY"],
        data_keys=_data_keys(env["VALINTA_DATA_KEYS"]),
        index_key=base64.b64decode(env["VALINTA_INDEX_KEY"]),
        heads=Path(env.get("VALINTA_HEADS") or instance / "heads").absolute(),
        demo=env.get("VALINTA_DEMO") == "1",
        https=env.get("VALINTA_HTTPS") == "1",
        trusted_hosts=hosts.split(",") if hosts else None,
        smtp_host=env.get("VALINTA_SMTP_HOST") or None,
        smtp_port=int(env.get("VALINTA_SMTP_PORT", "25")),
        mail_from=env.get("VALINTA_MAIL_FROM", "valinta@localhost"),
        base_url=env.get("VALINTA_BASE_URL", "http://127.0.0.1:8000"),
        smtp_user=env.get("VALINTA_SMTP_USER") or None,
        smtp_password=env.get("VALINTA_SMTP_PASSWORD") or None,
        smtp_tls=env.get("VALINTA_SMTP_TLS") == "1",
        bank_folder=Path(env["VALINTA_BANK_FOLDER"]).absolute() if env.get("VALINTA_BANK_FOLDER") else None,
        proxies=int(env.get("VALINTA_PROXIES", "0")),
        demo_password=env.get("VALINTA_DEMO_PASSWORD") or "valinta-demo",
    )
