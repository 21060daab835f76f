"""`python -m ops` is `tinjau`, for where the script is not on the path."""

from ops.cli import app

if __name__ == "__main__":
    app(prog_name="tinjau")
