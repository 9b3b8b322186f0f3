"""What the command line library says of a misused command, in Chinese.

Its sentences are few and English; one that is not known here is passed on as it is.
"""

import re

PATTERNS = tuple(
    (re.compile(pattern), told)
    for pattern, told in (
        (r"No such command '(?P<a>[^']*)'\.?(?: Did you mean (?P<b>.+)\?)?", "没有“{a}”这个命令"),
        (r"No such option: (?P<a>\S+)(?: \(Possible options: (?P<b>.+)\))?", "没有 {a} 这个选项"),
        (r"Missing (?:option|argument|parameter):? '?(?P<a>[^'.]+?)'?\.?", "缺少 {a}"),
        (r"Got unexpected extra arguments?(?:\(s\))? \((?P<a>.+)\)\.?", "多写了“{a}”"),
        (r"Option '(?P<a>[^']+)' requires (?:an argument|\d+ arguments)\.?", "选项 {a} 后面要写值"),
        (r"Option '(?P<a>[^']+)' does not take a value\.?", "选项 {a} 后面不写值"),
        (r"(?i:file|directory|path) '(?P<a>[^']*)' does not exist\.?", "没有“{a}”这个文件或文件夹"),
        (r"(?i:file|directory|path) '(?P<a>[^']*)' is not readable\.?", "“{a}”没有读的权限"),
        (r"(?i:file) '(?P<a>[^']*)' is a directory\.?", "“{a}”是文件夹，应写文件"),
        (r"(?i:directory) '(?P<a>[^']*)' is a file\.?", "“{a}”是文件，应写文件夹"),
        (r"'(?P<a>[^']*)' is not one of (?P<b>.+?)\.?", "没有“{a}”这个值"),
        (r"Input should be a valid (?:integer|number).*", "应写数字"),
    )
)  # fmt: skip


def told(message: str) -> str:
    """
    >>> told("No such command 'serch'. Did you mean 'search'?")
    '没有“serch”这个命令，可用：search'
    >>> told("Missing option '--to'.")
    '缺少 --to'
    >>> told("Invalid value for '--limit': Input should be a valid integer, unable to parse string as an integer")
    '--limit 应写数字'
    """
    text = " ".join(message.split())
    wrong = re.fullmatch(r"Invalid value(?: for '?(?P<what>[^':]+)'?)?: (?P<why>.+)", text)
    if wrong:
        option = wrong["what"] if (wrong["what"] or "").startswith("-") else ""
        return f"{option} {told(wrong['why'])}".strip()
    for pattern, sentence in PATTERNS:
        found = pattern.fullmatch(text)
        if found:
            known = found.groupdict()
            choices = (known.get("b") or "").replace("'", "").replace(", ", "、")
            return sentence.format(**known) + (f"，可用：{choices}" if choices else "")
    return text
