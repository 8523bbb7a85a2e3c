"""What leaves the server is compressed, the files of its pages too: a customer's phone may be on a slow line."""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Flask, Response, request
from flask_compress import Compress

TYPES = ["text/html", "text/css", "text/javascript", "application/json", "image/svg+xml"]


@lru_cache(maxsize=128)
def packed(content: bytes) -> bytes:
    """The same in gzip. A file of a page is packed once."""
    return gzip.compress(content, 9, mtime=0)


def compress(app: Flask) -> None:
    """Have the application pack what it sends, for whoever can unpack it."""
    app.config["COMPRESS_ALGORITHM"] = ["gzip"]
    app.config["COMPRESS_STREAMS"] = False  # a file that is compressed as a stream is never closed
    app.config["COMPRESS_MIMETYPES"] = TYPES
    Compress(app)
    app.after_request(_pack_file)


def _pack_file(response: Response) -> Response:
    """A file comes as a stream, which is left as it is above; so it is read to its end and packed here."""
    is_file = response.direct_passthrough and response.status_code == 200 and request.method == "GET"
    if not is_file or response.mimetype not in TYPES or "Content-Range" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings["gzip"]:
        return response
    response.direct_passthrough = False
    file = response.response
    response.set_data(packed(response.get_data()))
    if hasattr(file, "close"):
        file.close()
    response.content_encoding = "gzip"
    etag, _ = response.get_etag()
    if etag:
        response.set_etag(etag, weak=True)  # the same file in other bytes
    return response
