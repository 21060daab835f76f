"""Pages for people, made on the server: they need no script, and show nothing that the public API does not show."""
