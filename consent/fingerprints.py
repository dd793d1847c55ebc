"""What a consent is bound to, as hashes, and what is kept of where an answer came from."""

import hashlib
import ipaddress
import unicodedata


def text_sha256(text: str) -> str:
    """SHA-256 (hex) of a text exactly as it stands."""
    return hashlib.sha256(text.encode()).hexdigest()


def words_fingerprint(words: str) -> str:
    """SHA-256 (hex) of the words; white space and the encoding of accents do not count, anything that is heard does."""
    plain = " ".join(unicodedata.normalize("NFC", words).split())
    return text_sha256(plain)


def network_of(ip: str) -> str:
    """The network that an address lies in, /24 or /48: enough to tell answers apart, not to find a person."""
    try:
        address = ipaddress.ip_address(ip.strip())
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 48), strict=False).network_address)
