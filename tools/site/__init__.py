"""Fills the pages of the site, checks them, and takes pictures of them."""
