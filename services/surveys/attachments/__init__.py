"""Photos and sound beside a response: uploaded in pieces, looked at, kept by content, served to those who may."""
