"""How the site is built: `nox -s docs`.

It makes no request to another host, and a warning is an error.
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

DOCS = Path(__file__).parent
ROOT = DOCS.parent
sys.path[:0] = [str(DOCS / "_extensions"), str(ROOT)]

from tools.site import PREFIX, SITE_URL

# The reference documents its classes here as on its own site: the types of compiled methods come
# from its stub.
REFERENCE: dict[str, Any] = runpy.run_path(str(ROOT / "reference" / "docs" / "conf.py"))

project = "pairforge"
author = "the pairforge authors"
extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.doctest",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_design",
    "notfound.extension",
    # Our own extensions, each a short file.
    "accessible",
    "checked_code",
    "excerpts",
    "generated",
    "llms",
    "on_github",
    "rust_api",
    "social",
]
exclude_patterns = ["_build", "_extensions", "boundary", "steps/target", "tour/crate/target"]
nitpick_ignore_regex = REFERENCE["nitpick_ignore_regex"]
autodoc_member_order = REFERENCE["autodoc_member_order"]
autodoc_typehints = REFERENCE["autodoc_typehints"]
copybutton_prompt_text = REFERENCE["copybutton_prompt_text"]
copybutton_prompt_is_regexp = REFERENCE["copybutton_prompt_is_regexp"]
# Do not copy the output of programs, alone or below the commands.
copybutton_selector = "div.highlight > pre:not(.highlight-text *, .cell_output *)"
copybutton_only_copy_prompt_lines = True
smartquotes = False
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"

myst_enable_extensions = ["attrs_block", "attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 3
# The notebook runs in every build, so its output is never out of date.
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 60
nb_execution_show_tb = True

html_baseurl = SITE_URL
html_theme = "furo"
html_title = "pairforge"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_favicon = "_static/favicon.svg"
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#a8431b", "color-brand-content": "#1f5fa8"},
    "dark_css_variables": {"color-brand-primary": "#f0a07c", "color-brand-content": "#8ab8f0"},
}
html_last_updated_fmt = None
html_show_sphinx = False
html_show_copyright = False
html_use_index = False
html_domain_indices = False
notfound_urls_prefix = PREFIX
social_card_alt = "pairforge: Python packages with a Rust core"


def setup(app: Sphinx) -> None:
    REFERENCE["setup"](app)
