"""Programs and libraries with a Rust core beside their peers: `nox -s case_studies` measures, one module a study."""
