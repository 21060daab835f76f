"""What the documents of a report look like: plain functions from a snapshot to the bytes of a file.

They run in a process of their own (`python -m services.reports.layouts`), and so import neither the framework nor the
database. `outline` says what a document says, once for all formats; the others only set it.
"""
