"""Writes test/fixtures/pickle: files of torch.save with the values that they hold, and files that
attack their reader, as text (hostile.json, base64) so that no program takes them for a model.

    python test/parity/make-pickle-fixture.py
What the hostile files ask for is an `echo`; none of them is ever loaded here.
"""

import base64
import io
import json
import os
import pickle
import struct
import zipfile
from collections import OrderedDict, defaultdict

import torch
from torch.serialization import MAGIC_NUMBER

ROOT = "test/fixtures/pickle"
HOSTILE = {}
DTYPES = ["float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool", "float8_e4m3fn", "float8_e5m2"]


def values(tensor):
    return tensor.detach().float().flatten().tolist()


def described(tensors):
    return {k: {"shape": list(v.shape), "values": values(v)} for k, v in tensors.items()}


def every_dtype():
    return {name: torch.tensor([[0, 1, 2], [0.5, -3, 4]]).abs().to(getattr(torch, name)) for name in DTYPES}


def views():
    base = torch.arange(24.0).reshape(2, 3, 4)
    tied = torch.arange(4.0)
    return {
        "transposed": base.transpose(0, 2),
        "sliced": base[:, 1:, ::2],
        "row": base[1, 2],
        "offset": base[1],
        "half.transposed": base[0].half().t(),
        "scalar": torch.tensor(7.0),
        "empty": torch.empty(0, 3),
        "tied.a": tied,
        "tied.b": tied,
        "one": torch.arange(77).expand((1, -1)),
        "channels_last": torch.arange(16.0).reshape(1, 2, 2, 4).to(memory_format=torch.channels_last),
    }


class Callback:
    """Stands for a class of the program that trained a checkpoint."""

    def __init__(self):
        self.best = torch.tensor(0.5)


Callback.__module__ = "main"


def lightning(tensors):
    module = torch.nn.Linear(2, 2)
    hyper = defaultdict(dict)
    hyper["lr"] = {"value": 1e-4}
    return {
        "epoch": 3,
        "global_step": 875000,
        "pytorch-lightning_version": "1.4.2",
        "state_dict": OrderedDict({**tensors, "param": torch.nn.Parameter(torch.ones(2)), **module.state_dict()}),
        "callbacks": {"checkpoint": Callback(), "monitor": {1, 2}, "hyper": hyper, "frozen": frozenset([1])},
        "optimizer_states": [{"state": {0: {"exp_avg": torch.zeros(2)}}}],
        "big": 2**70,
        "pi": 3.5,
        "none": None,
        "bytes": b"ab",
    }


def honest():
    import sys
    import types

    sys.modules["main"] = types.ModuleType("main")
    sys.modules["main"].Callback = Callback
    expected = {}

    def save(name, obj, tensors, **options):
        torch.save(obj, f"{ROOT}/{name}", **options)
        expected[name] = described(tensors)

    save("dtypes.pt", every_dtype(), every_dtype())
    save("views.pt", views(), views())
    save("legacy.pt", views(), views(), _use_new_zipfile_serialization=False)
    tensors = {"w": torch.arange(6.0).reshape(2, 3)}
    save("lightning.ckpt", lightning(tensors), dict(lightning(tensors)["state_dict"]))
    save("protocol-4.pt", {"nested": {"a": tensors["w"]}, "n": 1}, {"nested.a": tensors["w"]}, pickle_protocol=4)
    # The weights of nn.Linear are random: the file is the truth, so they are read back from it.
    stored = torch.load(f"{ROOT}/lightning.ckpt", weights_only=False)
    expected["lightning.ckpt"] = described(dict(stored["state_dict"]))
    with open(f"{ROOT}/expected.json", "w") as file:
        json.dump(expected, file)
        file.write("\n")


class Call:
    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def archive(name, data, extra=(), method=zipfile.ZIP_STORED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as out:
        for path, content in [("a/data.pkl", data), ("a/byteorder", b"little"), *extra]:
            out.writestr(zipfile.ZipInfo(path), content, compress_type=method)
    HOSTILE[name] = buffer.getvalue()


def tensor(shape, stride, offset=0, length=4, key="0", kind=b"FloatStorage"):
    """A pickled {"x": tensor} with any claims, protocol 2."""

    def number(n):
        return b"\x8a\x08" + struct.pack("<q", n)

    def numbers(ns):
        return b"(" + b"".join(map(number, ns)) + b"t"

    def text(s):
        return b"X" + struct.pack("<I", len(s)) + s.encode()

    storage = b"(" + text("storage") + b"ctorch\n" + kind + b"\n" + text(key) + text("cpu") + number(length) + b"tQ"
    made = b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + number(offset) + numbers(shape) + numbers(stride) + b"\x89NtR"
    return b"\x80\x02}" + text("x") + made + b"s."


def hostile():
    p2 = lambda obj: pickle.dumps(obj, protocol=2)
    four = [("a/data/0", bytes(16))]
    archive("system.pt", p2({"x": Call(os.system, "echo owned")}))
    archive("eval.pt", p2({"x": Call(eval, "1+1")}))
    archive("getattr.pt", b"\x80\x02cbuiltins\ngetattr\n.")
    archive("stack-global.pt", pickle.dumps({"x": Call(os.system, "echo owned")}, protocol=4))
    archive("torch-load.pt", p2({"x": Call(torch.load, "other.pt")}))
    archive("escape-codes.pt", b"\x80\x02c\x1b[2Jmodule\nname\n.")
    archive("inst.pt", b"(S'echo owned'\nios\nsystem\n.")
    archive("extension.pt", b"\x80\x02\x82\x01.")
    archive("memo.pt", b"\x80\x02}r\xff\xff\xff\xff.")
    archive("missing-memo.pt", b"\x80\x02h\x05.")
    archive("deep.pt", b"\x80\x02" + b"(" * 2000 + b"t" * 2000 + b".")
    archive("cyclic.pt", b"\x80\x02}q\x00X\x01\x00\x00\x00ah\x00s.")
    archive("fan-out.pt", b"\x80\x02}q\x00(" + b"".join(b"X\x02\x00\x00\x00%02dh\x00" % i for i in range(99)) + b"u.")
    archive("long-text.pt", b"\x80\x02X\xff\xff\xff\x7f.")
    archive("huge-length.pt", b"\x80\x04\x8d" + b"\xff" * 8 + b".")
    archive("huge-integer.pt", b"\x80\x02\x8b\xff\xff\xff\x7f.")
    archive("truncated.pt", p2({"x": 1})[:-3])
    archive("empty.pt", b"")
    archive("underflow.pt", b"\x80\x020.")
    archive("not-a-dict.pt", p2([1, 2]))
    archive("protocol-9.pt", b"\x80\x09}.")
    archive("negative-stride.pt", tensor([2, 2], [-2, 1]), four)
    archive("negative-offset.pt", tensor([2], [1], offset=-1), four)
    archive("beyond.pt", tensor([2, 2], [2, 1], offset=1), four)
    archive("huge-shape.pt", tensor([2**40, 2**40], [0, 0]), four)
    archive("expanded.pt", tensor([2**20, 2**10], [0, 0]), four)
    archive("ranks.pt", tensor([1] * 40, [1] * 40), four)
    archive("mismatch.pt", tensor([2, 2], [2, 1], length=5), four)
    archive("no-storage.pt", tensor([2, 2], [2, 1], key="1"), four)
    archive("quantised.pt", tensor([2], [1], kind=b"QUInt8Storage"), four)
    archive("compressed.pt", p2({"x": 1}), method=zipfile.ZIP_DEFLATED)
    archives_by_hand()
    buffer = io.BytesIO()
    torch.save({"x": torch.ones(8)}, buffer, _use_new_zipfile_serialization=False)
    HOSTILE["legacy-truncated.pt"] = buffer.getvalue()[:-40]
    parts = [p2(part) for part in (MAGIC_NUMBER, 1001, {"little_endian": True})]
    lying = [tensor([2**40], [1], length=2**40), p2(["0"]), struct.pack("<q", 2**40)]
    HOSTILE["legacy-lying.pt"] = b"".join([*parts, *lying])
    HOSTILE["plain-pickle.pt"] = p2({"x": Call(os.system, "echo owned")})
    with open(f"{ROOT}/hostile.json", "w") as file:
        json.dump({k: base64.b64encode(v).decode() for k, v in HOSTILE.items()}, file, indent=0)
        file.write("\n")


def rewrite(name, change, source="views.pt"):
    with open(f"{ROOT}/{source}", "rb") as file:
        content = bytearray(file.read())
    change(content)
    HOSTILE[name] = bytes(content)


def archives_by_hand():
    def entry(content, index):
        at = -1
        for _ in range(index + 1):
            at = content.index(b"PK\x01\x02", at + 1)
        return at

    def overlap(content):
        # The second entry's header offset becomes the first's.
        first, second = entry(content, 0), entry(content, 1)
        content[second + 42 : second + 46] = content[first + 42 : first + 46]

    def lie(content):
        at = entry(content, 0)
        content[at + 20 : at + 28] = struct.pack("<II", 2**31, 2**31)

    def two_names(content):
        first, second = entry(content, 4), entry(content, 5)
        content[second + 46 : second + 58] = content[first + 46 : first + 58]

    def many(content):
        at = content.rindex(b"PK\x05\x06")
        content[at + 8 : at + 12] = struct.pack("<HH", 60000, 60000)

    def outside(content):
        at = content.rindex(b"PK\x05\x06")
        content[at + 16 : at + 20] = struct.pack("<I", 2**31)

    def order(content):
        at = content.index(b"little", content.index(b"byteorder"))
        content[at : at + 6] = b"big   "

    def cut(content):
        del content[-30:]

    def zip64(content):
        at = content.rindex(b"PK\x05\x06")
        content[at + 16 : at + 20] = b"\xff" * 4
        content[at - 20 : at] = bytes(20)

    for name, change in [("overlap.pt", overlap), ("lying-size.pt", lie), ("two-names.pt", two_names), ("lying-count.pt", many)]:
        rewrite(name, change)
    for name, change in [("outside.pt", outside), ("big-endian.pt", order), ("cut.pt", cut), ("no-zip64.pt", zip64)]:
        rewrite(name, change)


os.makedirs(ROOT, exist_ok=True)
honest()
hostile()
