"""compatlint: what one release writes and another cannot read, found in source text alone.

The library's one public function is `compatlint.compare.compare`:

    from compatlint.compare import compare

    comparison = compare("path/to/repository", "v13.2.1", "v13.2.2")
    for finding in comparison.findings:
        print(finding.severity, finding.codec, finding.item, finding.message)
"""
