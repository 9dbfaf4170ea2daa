"""What a citizen sees. One module per errand; each adds its routes to ``portal``."""

from flask import Blueprint

portal = Blueprint("portal", __name__)
