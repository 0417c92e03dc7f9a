"""Files of a release, read from git's object store and never from a checkout.

`Repository` answers what a revision is, what differs between two trees and what the files hold.
Nothing that a repository configures is ever executed, and nothing is ever written to it.
"""

from compatlint.sources.git.advice import NoRelease
from compatlint.sources.git.build import build
from compatlint.sources.git.repository import Repository
from compatlint.sources.git.tree import FileChange, Tree

__all__ = ["FileChange", "NoRelease", "Repository", "Tree", "build"]
