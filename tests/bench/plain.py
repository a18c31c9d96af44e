"""A plain Flask page: what a request costs before it does anything."""

from flask import Flask

application = Flask(__name__)


@application.get("/")
def hello() -> str:
    return "<!doctype html><title>Hei</title><h1>Hei</h1>"
