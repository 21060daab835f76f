"""The registry: regions, the agencies in them, their programmes and where these serve people."""
