"""Ids that transformers' CLIPTokenizer gives 10,000 random texts, as checksums; the texts are made again from
their seed by packages/diffusion/src/testing/random-texts.ts, which draws in the same order.

    python test/parity/make-token-ids-fixture.py [FOLDER]

writes test/fixtures/tokenizer-small/random-texts.json (where code points are drawn from) and random-ids.crc32 (one
little-endian CRC-32 of the ids joined by commas per text). With the folder of CLIP's own tokenizer it writes
random-ids-clip.crc32 beside: checksums alone, nothing of that vocabulary.
"""
import json, os, sys, unicodedata, zlib
from array import array

from transformers import CLIPTokenizer

OUT = os.path.join(os.path.dirname(__file__), "..", "fixtures", "tokenizer-small")
SEED, COUNT, MASK = 12, 10_000, 0xFFFFFFFF
WORDS = "Dog PHOTO of the painting straße don't ΟΔΟΣ Σίσυφος İstanbul ǅ ẞ K Å Ω ﬁ Ⅷ ½ ² ".split(" ")
SPACES = "\t \n \v \f \r \x85 \xa0 \u1680 \u2000 \u2003 \u200a \u2028 \u2029 \u202f \u205f \u3000".split(" ") + [" "]
NEAR_SPACES = "\ufeff \u200b \u180e \x1c \x1f \u2060 \x00 \u200d \u200c".split(" ")
SPECIAL = ["<|startoftext|>", "<|endoftext|>", "<|endoftext", "</w>"]
CONTRACTIONS = ["'s", "'T", "'Re", "'ve", "'m", "'LL", "'d", "’s"]
MARKS = [(0x300, 0x36F), (0x300, 0x303), (0x323, 0x331), (0x1AB0, 0x1ABE), (0x20D0, 0x20F0), (0x3099, 0x309A), (0x1161, 0x1175), (0x11A8, 0x11C2), (0x93C, 0x94D), (0xFE00, 0xFE0F)]


def ranges():
    """What Unicode 14 had assigned, which no version changes, and all of the planes that are empty."""
    found = []
    for c in range(0x110000):
        is_known = unicodedata.category(chr(c)) not in ("Cn", "Cs") or 4 <= c >> 16 <= 13
        if not is_known:
            continue
        if found and found[-1][1] == c - 1:
            found[-1][1] = c
        else:
            found.append([c, c])
    return found


def randoms(state):
    """Mulberry32."""
    def draw(below):
        nonlocal state
        state = (state + 0x6D2B79F5) & MASK
        t = (state ^ (state >> 15)) * (state | 1) & MASK
        t ^= (t + ((t ^ (t >> 7)) * (t | 61) & MASK)) & MASK
        return (t ^ (t >> 14)) % below
    return draw


def texts(planes):
    draw = randoms(SEED)
    pick = lambda items: items[draw(len(items))]
    between = lambda pair: chr(pair[0] + draw(pair[1] - pair[0] + 1))
    recase = lambda text: "".join(c.upper() if draw(2) else c for c in text)
    kinds = [
        lambda: pick(WORDS),
        lambda: chr(33 + draw(94)),
        lambda: between(pick(pick(planes))),
        lambda: between(pick(pick(planes))),
        lambda: "".join(between(pick(MARKS)) for _ in range(1 + draw(3))),
        lambda: pick(SPACES),
        lambda: pick(NEAR_SPACES),
        lambda: pick(SPECIAL) if draw(2) else recase(pick(SPECIAL)),
        lambda: pick(CONTRACTIONS),
        lambda: between((0xAC00, 0xD7A3)),
    ]
    return ["".join(pick(kinds)() for _ in range(1 + draw(16))) for _ in range(COUNT)]


def write(name, folder, made):
    tokenizer = CLIPTokenizer.from_pretrained(folder).backend_tokenizer
    rows = tokenizer.encode_batch(made, add_special_tokens=False)
    sums = array("I", (zlib.crc32(",".join(map(str, row.ids)).encode()) for row in rows))
    with open(os.path.join(OUT, name), "wb") as file:
        file.write(sums.tobytes())


known = ranges()
planes = [[pair for pair in known if pair[0] >> 16 <= plane <= pair[1] >> 16] for plane in range(17)]
planes = [[[max(a, plane << 16), min(b, (plane << 16) + 0xFFFF)] for a, b in part] for plane, part in enumerate(planes)]
lists = {"words": WORDS, "spaces": SPACES, "nearSpaces": NEAR_SPACES, "special": SPECIAL, "contractions": CONTRACTIONS, "marks": MARKS}
with open(os.path.join(OUT, "random-texts.json"), "w") as file:
    json.dump({"seed": SEED, "count": COUNT, **lists, "planes": planes}, file, separators=(",", ":"))
    file.write("\n")
made = texts(planes)
write("random-ids.crc32", OUT, made)
if len(sys.argv) > 1:
    write("random-ids-clip.crc32", sys.argv[1], made)
if os.environ.get("SHOW"):
    print(json.dumps(made[: int(os.environ["SHOW"])]))
