"""One module per command of `tinjau`."""
