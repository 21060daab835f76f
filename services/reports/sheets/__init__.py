"""Tables in files: CSV and workbooks, read as rows of cells."""
