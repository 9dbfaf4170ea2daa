"""What staff see. One module per kind of work; each adds its routes to ``office``."""

from flask import Blueprint

office = Blueprint("office", __name__)
