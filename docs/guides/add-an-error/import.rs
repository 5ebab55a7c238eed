    import_exception! { wordtally.errors, NgramError }
