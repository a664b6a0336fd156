"""The signing keys: PEM files `credentials-es256-<n>.pem` in the keys folder.

Invariants: the first is made once, atomically, whatever starts at the same time; the highest number signs; all verify, for ever.
"""

from __future__ import annotations

import base64
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tongban.credentials.core.cose import key_id
from tongban.credentials.errors import BrokenKeyError
from tongban.kernel import keys

_PATTERN = "credentials-es256-*.pem"


def signing_key() -> ec.EllipticCurvePrivateKey:
    """The key that signs now; made on first use. Raises BrokenKeyError."""
    return _load(_paths()[-1])


def public_keys() -> dict[bytes, ec.EllipticCurvePublicKey]:
    """Every key that ever signed, by key id. Raises BrokenKeyError."""
    found = [_load(path).public_key() for path in _paths()]
    return {key_id(key): key for key in found}


def jwks() -> dict[str, list[dict[str, str]]]:
    """The public keys as a JWK set (RFC 7517); `kid` is the base64url of the COSE key id."""
    return {"keys": [_jwk(named, key) for named, key in public_keys().items()]}


def _jwk(named: bytes, key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    numbers = key.public_numbers()
    x, y = (_base64url(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": _base64url(named), "alg": "ES256", "use": "sig"}


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _paths() -> list[Path]:
    found = sorted(keys.folder().glob(_PATTERN), key=_number)
    return found or [_make()]


def _number(path: Path) -> int:
    try:
        return int(path.stem.rsplit("-", 1)[1])
    except ValueError as error:
        raise BrokenKeyError(path.name) from error


def _make() -> Path:
    path = keys.folder() / _PATTERN.replace("*", "1")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass  # another process was first: its key is the one
    finally:
        fresh.unlink()
    return path


def _load(path: Path) -> ec.EllipticCurvePrivateKey:
    found = path.stat()
    return _parse(str(path), found.st_mtime_ns, found.st_ino)


@lru_cache(maxsize=16)
def _parse(path: str, _written: int, _inode: int) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(Path(path).read_bytes(), None)
    except (ValueError, TypeError) as error:
        raise BrokenKeyError(Path(path).name) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise BrokenKeyError(Path(path).name)
    return key
