"""Ids that transformers' T5 tokenizer gives texts that are hard to tokenize, in test/fixtures/tokenizer-t5:

- tokenizer.json, tokenizer_config.json: a unigram vocabulary that was trained on seventeen lines;
- spiece.model: the same vocabulary as SentencePiece writes it, without the extra ids;
- expected.json: texts and their ids, by the tokenizer as it is, from spiece.model alone, with the normalisation that
  older versions wrote, and with bytes for what no token covers.

    python test/parity/make-t5-token-fixture.py FOLDER      (the folder of that tokenizer; transformers 5, sentencepiece)
"""

import base64
import json
import random
import shutil
import sys
import tempfile
from pathlib import Path

from sentencepiece import sentencepiece_model_pb2 as proto
from tokenizers import Tokenizer
from transformers import AutoTokenizer, T5Tokenizer

OUT = Path(__file__).parents[1] / "fixtures" / "tokenizer-t5"
TEXTS = [
    "", " ", "   ", "\n\t\r", "a", "a photo of sks dog in a spacesuit", " leading", "trailing ", "two  spaces   three",
    "tab\tnew\nline\r\nend", "Ünïcödé ñ ß", "e\u0301 cafe\u0301 vs café", "ﬁ ﬂ Ⅷ ½ ² ㎏ ㍿", "ＦＵＬＬ ｗｉｄｔｈ　text！",
    "고양이가 우주복을 입었다", "ᄒ\u1161\u11ab한글 가", "日本語のテキスト、漢字", "ｶﾞｷﾞ ﾊﾟ が", "中文，标点。", "👨‍👩‍👧‍👦 👍🏽 🇰🇷 ❤️ 😀",
    "العربية שלום हिन्दी ไทย", "\u0000null\u0001\u001f\u007f\u0080\u009f", "zero\u200bwidth\u200djoin\ufeffbom\u2060",
    "soft\u00adhyphen nb\u00a0sp thin\u2009ideo\u3000", "line\u2028para\u2029nel\u0085vt\u000bff\u000c", "▁", "a▁b ▁ c▁▁d",
    "</s>", "<pad> <unk> </s>", "x</s>y <extra_id_0>z<extra_id_7>", "<extra_id_8> <extra_id_", " </s> a", "dog</s> ",
    "w" * 500, "supercalifragilisticexpialidocious" * 8, "the " * 60, "...!!!???,,,", "\"quotes\" ‘single’ “double” «»",
    "100% $5 €6 №7 1,234.5e-6", "\U00010348\U0001F600\U000E0041", "a\ufffdb", "ǅ ǆ İ ı ſ K Å", "～〜∼ ―—–-", "x\u0301\u0302\u0303\u0304\u0305y",
    "ก็ ำ เเ", "ｱ\uff9e", "\u1100\u1161\u11a8\u11a8", "q̇̄", "<|endoftext|>", "ab\ud7ffcd\ue000",
]
RANGES = [(0x20, 0x7E), (0x20, 0x7E), (0xA0, 0x24F), (0x300, 0x36F), (0x2000, 0x206F), (0x3040, 0x30FF), (0xAC00, 0xD7A3), (0xFF00, 0xFFEF), (0x1F300, 0x1F64F)]


def random_texts():
    draw = random.Random(7)
    words = "a the photo of dog moon red fox quality painting".split()
    for _ in range(200):
        parts = [draw.choice(words) if draw.random() < 0.5 else chr(draw.randint(*draw.choice(RANGES))) for _ in range(draw.randint(1, 12))]
        yield "".join(part + draw.choice(["", " ", "  "]) for part in parts)


def older(spec):
    """What transformers 4 wrote: more normalisation, and no split at white space."""
    charsmap, splits = spec["normalizer"], spec["pre_tokenizer"]["pretokenizers"]
    strip = {"type": "Strip", "strip_left": False, "strip_right": True}
    replace = {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": "▁"}
    return spec | {"normalizer": {"type": "Sequence", "normalizers": [charsmap, strip, replace]}, "pre_tokenizer": splits[1]}


def with_bytes(spec):
    tokens = [[f"<0x{byte:02X}>", -5.0] for byte in range(256)]
    return spec | {"model": spec["model"] | {"vocab": spec["model"]["vocab"] + tokens, "byte_fallback": True}}


def spiece(spec):
    model = proto.ModelProto()
    kinds = {"<pad>": 3, "</s>": 3, "<unk>": 2}
    for token, score in spec["model"]["vocab"]:
        if token.startswith("<extra_id_"):
            continue
        model.pieces.add(piece=token, score=score, type=kinds.get(token, 1))
    model.trainer_spec.model_type = proto.TrainerSpec.UNIGRAM
    model.trainer_spec.vocab_size = len(model.pieces)
    model.trainer_spec.pad_id, model.trainer_spec.eos_id, model.trainer_spec.unk_id, model.trainer_spec.bos_id = 0, 1, 2, -1
    model.normalizer_spec.name = "nmt_nfkc"
    model.normalizer_spec.precompiled_charsmap = base64.b64decode(spec["normalizer"]["precompiled_charsmap"])
    return model.SerializeToString()


def main():
    source = Path(sys.argv[1])
    OUT.mkdir(exist_ok=True)
    spec = json.loads((source / "tokenizer.json").read_text())
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(source / name, OUT / name)
    (OUT / "spiece.model").write_bytes(spiece(spec))
    plain = AutoTokenizer.from_pretrained(source)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copyfile(OUT / "spiece.model", Path(folder) / "spiece.model")
        (Path(folder) / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "T5Tokenizer", "extra_ids": 8}))
        from_spiece = T5Tokenizer.from_pretrained(folder, extra_ids=8)
    rust = lambda changed: Tokenizer.from_str(json.dumps(changed))
    texts = TEXTS + list(random_texts())
    padded = lambda length: plain(texts[:12], padding="max_length", max_length=length, truncation=True).input_ids
    expected = {
        "texts": texts,
        "plain": plain(texts).input_ids,
        "spiece": from_spiece(texts).input_ids,
        "older": [rust(older(spec)).encode(text).ids for text in texts],
        "bytes": [rust(with_bytes(spec)).encode(text).ids for text in texts],
        "padded": {length: padded(length) for length in (8, 32)},
    }
    (OUT / "expected.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")
    print(f"{len(texts)} texts; spiece as plain: {expected['spiece'] == expected['plain']}")


main()
