"""`python -m compatlint`."""

from compatlint.cli import main

main()
