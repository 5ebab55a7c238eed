"""Fills the pages of the site, and checks them."""
