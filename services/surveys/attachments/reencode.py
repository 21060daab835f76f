"""A program of its own: decodes one photo and writes it anew, without anything but its pixels.

`python reencode.py SOURCE TARGET MEDIA_TYPE PIXELS` prints one JSON object. It runs apart because what it reads comes
from strangers: a fault of a decoder ends this process and not the one that takes answers, and limits of the system
hold for it alone.
"""

import io
import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image, ImageCms, ImageOps

MEMORY_BYTES = 2 * 1024**3
CPU_SECONDS = 60
JPEG_QUALITY = 90
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/heic": "HEIF"}
WRITTEN = {"image/jpeg": "image/jpeg", "image/png": "image/png", "image/webp": "image/webp", "image/heic": "image/jpeg"}
MODES = {
    "image/jpeg": ("RGB", "L"),
    "image/webp": ("RGB", "RGBA"),
    "image/png": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"),
}


def main(source: str, target: str, media_type: str, pixels: int) -> dict[str, Any]:
    """What became of the photo. Raises what the decoder raises for a broken one."""
    if media_type == "image/heic":
        import pi_heif

        pi_heif.register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None  # the limit is ours, and a photo over it is refused and not warned of
    with Image.open(source, formats=[FORMATS[media_type]]) as picture:
        if picture.width * picture.height > pixels:
            return {"refusal": f"The photo has {picture.width} × {picture.height} pixels; {pixels} are allowed."}
        picture.load()
        position = place(picture.getexif())
        written = WRITTEN[media_type]
        bare = plain(ImageOps.exif_transpose(picture), MODES[written])
    save(bare, target, written)
    return {"media_type": written, "width": bare.width, "height": bare.height, "position": position}


def plain(picture: Image.Image, modes: tuple[str, ...]) -> Image.Image:
    """The pixels alone, in the colours that every screen means, in a mode that can be written."""
    profile = picture.info.get("icc_profile")
    transparency = picture.info.get("transparency")
    picture.info = {} if transparency is None else {"transparency": transparency}
    if profile and picture.mode in {"RGB", "RGBA", "CMYK"}:
        picture = in_common_colours(picture, profile)
    if picture.mode in modes:
        return picture
    alpha = picture.mode in {"LA", "PA", "RGBA", "La", "RGBa"} or transparency is not None
    return picture.convert("RGBA" if alpha and "RGBA" in modes else "RGB")


def in_common_colours(picture: Image.Image, profile: bytes) -> Image.Image:
    """The photo in sRGB; as it is where its profile cannot be used."""
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        changed = ImageCms.profileToProfile(picture, own, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    if changed is None:
        return picture
    changed.info = {}
    return changed


def place(exif: Image.Exif) -> list[float] | None:
    """Longitude and latitude in degrees, where the photo says both."""
    told = exif.get_ifd(ExifTags.IFD.GPSInfo)
    try:
        longitude = degrees(told[ExifTags.GPS.GPSLongitude], told[ExifTags.GPS.GPSLongitudeRef], "W")
        latitude = degrees(told[ExifTags.GPS.GPSLatitude], told[ExifTags.GPS.GPSLatitudeRef], "S")
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    within = abs(longitude) <= 180 and abs(latitude) <= 90
    return [longitude, latitude] if within else None  # a comparison with what is no number is false


def degrees(parts: Any, reference: Any, negative: str) -> float:
    """Degrees, minutes and seconds as one number, to a tenth of a metre."""
    whole, minutes, seconds = (float(part) for part in parts)
    value = round(whole + minutes / 60 + seconds / 3600, 6)
    return -value if str(reference).strip("\0 ").upper() == negative else value


def save(picture: Image.Image, target: str, written: str) -> None:
    """Write it, with nothing that is not pixels."""
    with Path(target).open("wb") as file:
        if written == "image/jpeg":
            picture.save(file, "JPEG", quality=JPEG_QUALITY)
        elif written == "image/webp":
            picture.save(file, "WEBP", quality=JPEG_QUALITY)
        else:
            picture.save(file, "PNG")


if __name__ == "__main__":
    os.nice(10)  # answers come first
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    sys.stdout.write(json.dumps(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))))
