"""The official list of regions: read here by code and name, loaded from the files in `data`."""
