"""Rules of a place: a GeoJSON point on earth and in Indonesia, a district within the programme's region."""

from collections.abc import Mapping
from decimal import Decimal

# Rounded outwards to half a degree: from Benggala in the west to Papua's border, from Rondo and Miangas in the north
# to Pamana in the south.
WEST, EAST = 94.5, 141.5
SOUTH, NORTH = -11.5, 6.5


class NotAPoint(ValueError):
    """`code` says which rule is broken, the message says it in a sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def position(point: object) -> tuple[float, float]:
    """Longitude and latitude of a GeoJSON Point (RFC 7946): in degrees, in this order, without height or other
    members. Raises NotAPoint."""
    if not isinstance(point, Mapping) or set(point) != {"type", "coordinates"} or point["type"] != "Point":
        raise NotAPoint("geojson_point", 'Send {"type": "Point", "coordinates": [longitude, latitude]}.')
    coordinates = point["coordinates"]
    if not isinstance(coordinates, list | tuple) or len(coordinates) != 2 or not all(map(_is_number, coordinates)):
        raise NotAPoint("geojson_coordinates", "Coordinates are two numbers: longitude, then latitude.")
    longitude, latitude = (float(number) for number in coordinates)
    if not -180 <= longitude <= 180:
        raise NotAPoint("longitude", f"A longitude lies between -180 and 180; this is {longitude}.")
    if not -90 <= latitude <= 90:
        raise NotAPoint("latitude", f"A latitude lies between -90 and 90; this is {latitude}.")
    if not in_indonesia(longitude, latitude):
        swapped = " Longitude comes first: are the two swapped?" if in_indonesia(latitude, longitude) else ""
        raise NotAPoint(
            "outside_indonesia",
            f"{longitude}, {latitude} is not in Indonesia, which lies between {WEST} and {EAST} east, "
            f"{-SOUTH} south and {NORTH} north.{swapped}",
        )
    return longitude, latitude


def in_indonesia(longitude: float, latitude: float) -> bool:
    """Whether a position lies in the box around Indonesia."""
    return WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH


def lies_in(district: str, region: str) -> bool:
    """Whether the code of a district lies within a region's."""
    return district == region or district.startswith(region + ".")


def _is_number(value: object) -> bool:
    # Far enough for any degree, and no number beyond it, nor what is none, can reach the conversion to a float.
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool) and -1_000_000 < value < 1_000_000
