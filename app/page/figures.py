"""Numbers as people read them. Knows no HTML."""


def seconds(value: float) -> str:
    """Three significant figures at most: "41 ms", "1.48 s", "73 s"."""
    if value < 0.9995:
        return f"{value * 1000:.0f} ms"
    return f"{value:.2f} s" if value < 10 else f"{value:.0f} s"


def share(value: float) -> str:
    """A share of one with two decimals, halves rounded up as people do: "0.84"."""
    return f"{value + 1e-9:.2f}"


def percent(value: float) -> str:
    """A share of one: "24 %"."""
    return f"{100 * value:.0f} %"


def ago(value_s: float) -> str:
    """ "less than a minute ago", "12 min ago", "3 h ago"."""
    if value_s < 60:
        return "less than a minute ago"
    return f"{value_s // 60:.0f} min ago" if value_s < 3600 else f"{value_s // 3600:.0f} h ago"


def megabytes(num_bytes: int) -> str:
    return f"{num_bytes / 1e6:.1f} MB"


def memory(num_bytes: int) -> str:
    """ "1.9 MB", "2.5 GB"."""
    return megabytes(num_bytes) if num_bytes < 1e9 else f"{num_bytes / 1e9:.1f} GB"


def parameters(count: int) -> str:
    """ "6.4 M parameters", "7.2 B parameters"."""
    if count >= 1e9:
        return f"{count / 1e9:.1f} B parameters"
    return f"{count / 1e6:.1f} M parameters"


def short_digest(digest: str) -> str:
    """The eight hexadecimal digits that tell two sets of weights apart by eye."""
    return digest.removeprefix("sha256:")[:8]


def counted(number: int, noun: str) -> str:
    """ "1 token", "12 tokens", "1,024 tokens"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def shortened(text: str, length: int) -> str:
    """The beginning of a text on one line, cut between words."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    head = line[:length].rsplit(" ", 1)[0]
    return f"{head.rstrip(' ,;:')} …"
