"""The headers of every answer: nothing is allowed but what this site itself sends."""

from flask import Flask, Response, g, request

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "autoplay",
        "camera",
        "display-capture",
        "encrypted-media",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "publickey-credentials-get",
        "screen-wake-lock",
        "usb",
        "web-share",
        "xr-spatial-tracking",
    )
)
STRICT = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
TWO_YEARS = 63_072_000


def init_app(app: Flask, secure: bool) -> None:
    """Set the strict headers, and ``no-store`` on everything that is not public and the same for everyone."""

    @app.after_request
    def strict(response: Response) -> Response:
        for name, value in STRICT.items():
            # A download may be stricter still.
            response.headers.setdefault(name, value)
        if secure:
            response.headers["Strict-Transport-Security"] = f"max-age={TWO_YEARS}; includeSubDomains"
        response.vary.add("HX-Request")
        if _the_same_for_everyone(response):
            response.vary.update(("Cookie", "Accept-Language"))
            response.headers.setdefault("Cache-Control", "private, no-cache")
        else:
            response.headers["Cache-Control"] = "no-store"
        return response


def _the_same_for_everyone(response: Response) -> bool:
    guard = g.get("guard")
    return bool(
        guard is not None
        and guard.is_public
        and g.get("person") is None
        and response.status_code == 200
        and request.method in ("GET", "HEAD")
    )
