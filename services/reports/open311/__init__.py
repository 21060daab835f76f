"""Accepted aspirations as service requests of Open311 GeoReport v2, for clients that are there already; read only."""
