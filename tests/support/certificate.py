"""A certificate for localhost that lasts as long as the tests."""

import subprocess
from pathlib import Path


def make_certificate(folder, name="localhost"):
    """Paths of a PEM certificate and its key."""
    certificate, key = Path(folder, f"{name}.pem"), Path(folder, f"{name}-key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-days", "2",
         "-keyout", str(key), "-out", str(certificate)],
        check=True,
        capture_output=True,
        timeout=60,
    )  # fmt: skip
    return str(certificate), str(key)
