"""Makes `python -m kekiz` the same as the command `kekiz`."""

from kekiz.cli.main import app

if __name__ == "__main__":
    app()
