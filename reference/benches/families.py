"""The settings of published families of byte-level tokenizers, as their files have them.

Each family becomes a file with another vocabulary: what can go wrong is in the settings.
"""

from typing import Any

LLAMA3 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
QWEN = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")
QWEN35 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
TEKKEN = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
    r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
O200K = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
DEEPSEEK = r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"""
BLOOM = r" ?[^(\s|[.,!?…。，、।۔،])]+"
KIMI = r"[\p{Han}]+|" + O200K.replace(r"\p{Lo}", r"\p{Lo}&&[^\p{Han}]")

BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True}
NO_REGEX = {**BYTE_LEVEL, "use_regex": False}
GPT2 = {**BYTE_LEVEL, "use_regex": True}
NFC = {"type": "NFC"}
TEMPLATE = {
    "type": "TemplateProcessing",
    "single": [
        {"SpecialToken": {"id": "<s>", "type_id": 0}},
        {"Sequence": {"id": "A", "type_id": 0}},
    ],
    "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
    "special_tokens": {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]}},
}


def split(expression: str, **changes: Any) -> dict[str, Any]:
    cut = {"type": "Split", "pattern": {"Regex": expression}, "behavior": "Isolated"}
    return {**cut, "invert": False, **changes}


def sequence(*steps: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Sequence", "pretokenizers": list(steps)}


def token(content: str, special: bool = True, **rules: bool) -> dict[str, Any]:
    flags = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
    return {"content": content, **flags, **rules, "special": special}


DIGITS = {"type": "Digits", "individual_digits": True}
SPACES = [token(" " * size, special=False, normalized=True) for size in range(16, 1, -1)]
TABS = [token("\t" * size, special=False, normalized=True) for size in range(9, 1, -1)]
TOOLS = [
    token(name, special=False) for name in ("<tool_call>", "</tool_call>", "<think>", "</think>")
]

FAMILIES: dict[str, dict[str, Any]] = {
    "GPT-2": {"pre_tokenizer": GPT2, "added_tokens": [token("<|endoftext|>", normalized=True)]},
    "GPT-4": {"pre_tokenizer": sequence(split(LLAMA3, behavior="Removed", invert=True), NO_REGEX)},
    "GPT-OSS": {"pre_tokenizer": sequence(split(O200K), NO_REGEX)},
    "Llama 3": {
        "pre_tokenizer": sequence(split(LLAMA3), NO_REGEX),
        "post_processor": {"type": "Sequence", "processors": [GPT2, TEMPLATE]},
        "ignore_merges": True,
    },
    "Qwen 2": {
        "normalizer": NFC,
        "pre_tokenizer": sequence(split(QWEN), NO_REGEX),
        "post_processor": GPT2,
    },
    "Qwen 3": {
        "normalizer": NFC,
        "pre_tokenizer": sequence(split(QWEN), NO_REGEX),
        "added_tokens": [token("<|im_start|>"), *TOOLS],
    },
    "Qwen 3.5": {
        "normalizer": NFC,
        "pre_tokenizer": sequence(split(QWEN35), NO_REGEX),
        "added_tokens": [token("<|im_start|>"), *TOOLS],
    },
    "DeepSeek V3": {
        "normalizer": {"type": "Sequence", "normalizers": []},
        "pre_tokenizer": sequence(
            split(r"\p{N}{1,3}"), split("[一-龥぀-ゟ゠-ヿ]+"), split(DEEPSEEK), NO_REGEX
        ),
        "added_tokens": [
            token("<｜begin▁of▁sentence｜>", normalized=True),
            token("<｜User｜>", special=False),
            token("<think>", special=False, normalized=True),
        ],
        "post_processor": TEMPLATE,
    },
    "DeepSeek Coder": {
        "normalizer": {"type": "Sequence", "normalizers": []},
        "pre_tokenizer": sequence(
            split(r"[\r\n]"),
            split(r"\s?\p{L}+"),
            split(r"\s?\p{P}+"),
            split("[一-龥ࠀ-一가-\ud7ff]+"),
            DIGITS,
            NO_REGEX,
        ),
        "added_tokens": [token("<|EOT|>", special=True), token("<pad>", special=False)],
    },
    "Mistral Nemo": {
        "pre_tokenizer": sequence(split(TEKKEN), NO_REGEX),
        "added_tokens": [token("<s>"), token("[INST]"), token("[/INST]")],
        "post_processor": TEMPLATE,
        "ignore_merges": True,
    },
    "GPT-NeoX": {
        "normalizer": NFC,
        "pre_tokenizer": GPT2,
        "added_tokens": [token("<|endoftext|>"), *SPACES],
        "post_processor": GPT2,
    },
    "OLMo": {
        "normalizer": NFC,
        "pre_tokenizer": GPT2,
        "added_tokens": [token("|||IP_ADDRESS|||", special=False), *SPACES],
    },
    "ModernBERT": {
        "normalizer": NFC,
        "pre_tokenizer": GPT2,
        "added_tokens": [token("[MASK]", lstrip=True), token("[CLS]"), *SPACES],
        "post_processor": TEMPLATE,
    },
    "Phi-2": {"pre_tokenizer": GPT2, "added_tokens": [token("<|endoftext|>"), *SPACES, *TABS]},
    "Phi-4": {
        "pre_tokenizer": sequence(split(LLAMA3), NO_REGEX),
        "added_tokens": [
            token("<|im_start|>", lstrip=True, rstrip=True),
            token("<|im_sep|>", lstrip=True, rstrip=True),
        ],
    },
    "StarCoder": {"pre_tokenizer": sequence(DIGITS, GPT2), "added_tokens": [token("<fim_prefix>")]},
    "SmolLM": {"pre_tokenizer": sequence(DIGITS, GPT2), "added_tokens": [token("<|im_start|>")]},
    "Granite": {"pre_tokenizer": sequence(DIGITS, GPT2), "added_tokens": [token("<fim_pad>")]},
    "Falcon": {
        "pre_tokenizer": sequence(
            {"type": "Punctuation", "behavior": "Contiguous"},
            GPT2,
            {"type": "Digits", "individual_digits": False},
            split("[0-9][0-9][0-9]"),
        ),
        "added_tokens": [token(">>TITLE<<"), token(">>ABSTRACT<<")],
    },
    "Falcon 3": {
        "pre_tokenizer": sequence(
            {"type": "Punctuation", "behavior": "Contiguous"},
            DIGITS,
            split("[0-9][0-9][0-9]"),
            GPT2,
        ),
        "added_tokens": [token(">>TITLE<<")],
    },
    "Command R": {
        "normalizer": NFC,
        "pre_tokenizer": sequence(DIGITS, GPT2),
        "added_tokens": [token("<BOS_TOKEN>"), token("<|START_OF_TURN_TOKEN|>", special=False)],
        "post_processor": TEMPLATE,
    },
    "RoBERTa": {
        "pre_tokenizer": GPT2,
        "added_tokens": [token("<s>", normalized=True), token("<mask>", lstrip=True)],
        "post_processor": {
            "type": "RobertaProcessing",
            "sep": ["<s>", 0],
            "cls": ["<s>", 0],
            "trim_offsets": True,
            "add_prefix_space": False,
        },
    },
    "Whisper": {
        "pre_tokenizer": GPT2,
        "added_tokens": [
            token("<|startoftranscript|>"),
            token("<|0.00|>", special=False),
            token("<|0.02|>", special=False),
        ],
        "post_processor": TEMPLATE,
    },
    "BLOOM": {"pre_tokenizer": sequence(split(BLOOM), NO_REGEX), "post_processor": GPT2},
    "Kimi": {"pre_tokenizer": sequence(split(KIMI), NO_REGEX)},
}


def file(family: dict[str, Any], vocab: dict[str, int], merges: list[list[str]]) -> dict[str, Any]:
    """Return the content of a file with the settings of a family, and a vocabulary."""
    first = max(vocab.values()) + 1
    added = family.get("added_tokens", [])
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [token | {"id": id} for id, token in enumerate(added, first)],
        "normalizer": family.get("normalizer"),
        "pre_tokenizer": family["pre_tokenizer"],
        "post_processor": family.get("post_processor"),
        "decoder": {**BYTE_LEVEL, "add_prefix_space": True, "use_regex": True},
        "model": {
            "type": "BPE",
            **dict.fromkeys(("dropout", "unk_token")),
            "continuing_subword_prefix": "",
            "end_of_word_suffix": "",
            **dict.fromkeys(("fuse_unk", "byte_fallback"), False),
            "ignore_merges": family.get("ignore_merges", False),
            "vocab": vocab,
            "merges": merges,
        },
    }
