"""Makes test/fixtures/damaged-pictures.json: pictures with faults in their headers or their data, the whole picture
that each is a copy of, and what Pillow reads of it: the same pixels, others, or nothing. Run in the repository's root."""

import base64
import io
import json
import pathlib
import struct
import zlib

import PIL
from PIL import Image, ImageCms

side = 32
picture = Image.new("RGB", (side, side))
picture.putdata([((x * 7) % 256, (y * 8) % 256, (x * y * 3) % 256) for y in range(side) for x in range(side)])


def save(form, image=picture, **options):
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def segment(marker, body):
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def put(data, at, new):
    """Overwrites bytes."""
    return data[:at] + bytes(new) + data[at + len(new):]


baseline = save("JPEG", quality=90)
progressive = save("JPEG", quality=90, progressive=True)
restarts = save("JPEG", quality=90, restart_marker_blocks=1)
png = save("PNG")
webp = save("WEBP", lossless=True)

sof = baseline.index(b"\xff\xc0")
sos = baseline.index(b"\xff\xda")
# Behind the components of a scan: first and last coefficient, approximation.
spectral = sos + 5 + 2 * 3
data = spectral + 3
middle = (data + len(baseline)) // 2
dqt = baseline.index(b"\xff\xdb")
adobe = segment(0xEE, b"Adobe" + bytes([0, 100, 0, 0, 0, 0, 7]))
without_jfif = baseline[:2] + baseline[20:]
exif = b"Exif\0\0"
no_restart = restarts.index(b"\xff\xd1")


def chunk(kind, body, crc=None):
    code = zlib.crc32(kind + body) if crc is None else crc
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", code)


idat = png.index(b"IDAT") - 4
iend = png.index(b"IEND") - 4
srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

# name: (file, the whole picture that it is a damaged copy of)
cases = {
    "whole.jpg": (baseline, baseline),
    "jfif-2.jpg": (put(baseline, baseline.index(b"JFIF") + 5, [2]), baseline),
    "jfif-0.jpg": (put(baseline, baseline.index(b"JFIF") + 5, [0]), baseline),
    "scan-start-1.jpg": (put(baseline, spectral, [1]), baseline),
    "scan-end-0.jpg": (put(baseline, spectral, [0, 0]), baseline),
    "scan-approximation-1.jpg": (put(baseline, spectral, [0, 63, 1]), baseline),
    "bytes-before-table.jpg": (baseline[:dqt] + b"\1\2\3" + baseline[dqt:], baseline),
    "bytes-before-scan.jpg": (baseline[:sos] + b"\0" * 7 + baseline[sos:], baseline),
    "stuffed-bytes-before-frame.jpg": (baseline[:sof] + b"\xff\0\xff\0" + baseline[sof:], baseline),
    "fill-bytes.jpg": (baseline[:sof] + b"\xff\xff\xff" + baseline[sof:], baseline),
    "bytes-before-end.jpg": (baseline[:-2] + b"\0\0\0\0" + baseline[-2:], baseline),
    "bytes-behind-end.jpg": (baseline + b"\0" * 40 + b"SEFT", baseline),
    "picture-behind-end.jpg": (baseline + progressive, baseline),
    "no-end.jpg": (baseline[:-2], baseline),
    "adobe-7.jpg": (without_jfif[:2] + adobe + without_jfif[2:], baseline),
    "exif-of-nothing.jpg": (baseline[:20] + segment(0xE1, exif) + baseline[20:], baseline),
    "exif-cut.jpg": (baseline[:20] + segment(0xE1, exif + b"II*\0\x08\0\0\0\x40\0\x12\x01") + baseline[20:], baseline),
    "exif-garbage.jpg": (baseline[:20] + segment(0xE1, exif + b"garbage!" * 3) + baseline[20:], baseline),
    "profile-garbage.jpg": (
        baseline[:20] + segment(0xE2, b"ICC_PROFILE\0\1\1" + b"no profile" * 20) + baseline[20:], baseline),
    "profile-of-2-parts-with-1.jpg": (
        baseline[:20] + segment(0xE2, b"ICC_PROFILE\0\1\2" + srgb[:200]) + baseline[20:], baseline),
    "several-faults.jpg": (
        put(put(baseline, spectral, [1, 0, 1]), baseline.index(b"JFIF") + 5, [2])[:dqt] + b"\1\2\3"
        + put(baseline, spectral, [1, 0, 1])[dqt:], baseline),
    "progressive.jpg": (progressive, progressive),
    "progressive-jfif-2.jpg": (put(progressive, progressive.index(b"JFIF") + 5, [2]), progressive),
    "restarts.jpg": (restarts, restarts),
    "cut.jpg": (baseline[:middle], baseline),
    "cut-with-end.jpg": (baseline[:middle] + b"\xff\xd9", baseline),
    "cut-with-fault.jpg": (put(baseline[:middle], spectral, [1]) + b"\xff\xd9", baseline),
    "cut-with-jfif-2.jpg": (put(baseline[:middle], baseline.index(b"JFIF") + 5, [2]) + b"\xff\xd9", baseline),
    "zeros-within.jpg": (put(baseline, middle, b"\0" * 60), baseline),
    "marker-within.jpg": (put(baseline, middle, b"\xff\xc4"), baseline),
    "no-restart.jpg": (restarts[:no_restart] + restarts[no_restart + 2:], restarts),
    "progressive-cut.jpg": (progressive[: progressive.rindex(b"\xff\xda")], progressive),
    "progressive-cut-with-end.jpg": (progressive[: len(progressive) // 2] + b"\xff\xd9", progressive),
    "only-headers.jpg": (baseline[:data], baseline),
    "whole.png": (png, png),
    "no-end.png": (png[:iend], png),
    "bytes-behind-end.png": (png + b"\0" * 40, png),
    "text-crc.png": (png[:idat] + chunk(b"tEXt", b"Title\0x", 1) + png[idat:], png),
    "text-crc-behind-data.png": (png[:iend] + chunk(b"tEXt", b"Title\0x", 1) + png[iend:], png),
    "text-without-key.png": (png[:idat] + chunk(b"tEXt", b"no zero byte") + png[idat:], png),
    "profile-garbage.png": (png[:idat] + chunk(b"iCCP", b"icc\0\0" + zlib.compress(b"no profile" * 20)) + png[idat:], png),
    "profile-not-compressed.png": (png[:idat] + chunk(b"iCCP", b"icc\0\0no zlib") + png[idat:], png),
    "unknown-chunk.png": (png[:idat] + chunk(b"quXx", b"1234") + png[idat:], png),
    "chunk-of-no-kind.png": (png[:idat] + chunk(b"pHYs", b"12") + png[idat:], png),
    "background-wrong.png": (png[:idat] + chunk(b"bKGD", b"1") + png[idat:], png),
    "cut.png": (png[: idat + (iend - idat) // 2], png),
    "data-crc.png": (put(png, iend - 4, b"\1\2\3\4"), png),
    "whole.webp": (webp, webp),
    "bytes-behind-end.webp": (webp + b"\0" * 40, webp),
    "size-too-large.webp": (put(webp, 4, struct.pack("<I", len(webp))), webp),
    "cut.webp": (webp[: len(webp) // 2], webp),
}


def pixels(file):
    with Image.open(io.BytesIO(file)) as image:
        return image.convert("RGB").tobytes()


def read(file, whole):
    try:
        return "same" if pixels(file) == pixels(whole) else "other"
    except Exception:  # Pillow has no class of its own for damage.
        return "nothing"


def encoded(file):
    return base64.b64encode(file).decode()


fixture = [
    {"name": name, "pillow": read(file, whole), "file": encoded(file), "whole": names[whole]}
    for names in [{whole: name for name, (file, whole) in cases.items() if file == whole}]
    for name, (file, whole) in cases.items()
]
path = pathlib.Path("test/fixtures/damaged-pictures.json")
path.write_text(json.dumps({"pillow": PIL.__version__, "pictures": fixture}, indent=1) + "\n")
for entry in fixture:
    print(entry["name"], entry["pillow"], entry["whole"])
