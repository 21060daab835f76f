"""What browsers are told about our pages: the security headers."""

# No script at all, and styles only from our own files.
PAGES = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# Where a form stands, it may be sent to us and to nobody else.
WITH_FORMS = PAGES.replace("form-action 'none'", "form-action 'self'")
# The documentation runs Swagger UI from our own files, which draws icons from data: addresses and styles what it draws.
DOCUMENTATION = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": PAGES,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
