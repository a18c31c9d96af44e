"""A file to be saved, for every portal."""

from flask import Response


def download(body: bytes, kind: str, name: str) -> Response:
    """The bytes as a file of that name and content type."""
    answer = Response(body, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
