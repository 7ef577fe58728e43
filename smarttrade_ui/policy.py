"""What a browser may do for our pages, whatever the installation."""

from csp.constants import NONE, SELF

# A page loads, asks and posts nothing but its own host's.
CONTENT_SECURITY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
# Of all that a browser can do for a page, ours copy a text. Features that browsers
# don't know would be complained of in their consoles.
TURNED_OFF = """
    accelerometer autoplay browsing-topics camera clipboard-read cross-origin-isolated
    display-capture encrypted-media fullscreen gamepad geolocation gyroscope hid
    identity-credentials-get idle-detection local-fonts magnetometer microphone midi
    otp-credentials payment picture-in-picture publickey-credentials-create
    publickey-credentials-get screen-wake-lock serial storage-access sync-xhr usb
    window-management xr-spatial-tracking
"""
PERMISSIONS = {
    **dict.fromkeys(TURNED_OFF.split(), ()),
    "clipboard-write": "self",
}
