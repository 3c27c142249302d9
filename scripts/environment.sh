#!/bin/sh
# Makes .venv with a Python that works, and installs lock files into it: scripts/environment.sh requirements.lock
# Quick when nothing has changed. PYTHON names the interpreter; without it the usual names are tried.
set -eu
unset CDPATH PYTHONHOME PYTHONPATH
cd "$(dirname "$0")/.."

fail() {
    printf 'bandeja: %s\n' "$1" >&2
    exit 1
}

works() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
runs() { "$1" -c 'pass' >/dev/null 2>&1; }
has_venv() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

find_python() {
    old='' dead='' bare=''
    for name in ${PYTHON:+"$PYTHON"} ${PYTHON:-python3 python3.13 python3.12 python3.11 /usr/bin/python3 python3.14 python}; do
        path=$(command -v "$name" 2>/dev/null) || continue
        if ! runs "$path"; then
            dead=${dead:-$path}
        elif ! works "$path"; then
            old=${old:-$path}
        elif ! has_venv "$path"; then
            bare=${bare:-$path}
        else
            printf '%s\n' "$path"
            return
        fi
    done
    install='install Python 3.11 or newer (Debian and Ubuntu: apt-get install python3 python3-venv), or name one with PYTHON=/path/to/python3.'
    if [ -n "$bare" ]; then
        fail "$bare lacks the venv module: install it (Debian and Ubuntu: apt-get install python3-venv), or name another interpreter with PYTHON=/path/to/python3."
    elif [ -n "$old" ]; then
        fail "$old is too old: $install"
    elif [ -n "$dead" ]; then
        fail "$dead does not run: $install"
    fi
    fail "no ${PYTHON:-python3} was found: $install"
}

# A virtual environment cut short, or one whose Python has gone, is made anew.
if ! { works .venv/bin/python && .venv/bin/python -c 'import pip' >/dev/null 2>&1; }; then
    python=$(find_python)
    printf 'Making the virtual environment .venv ...\n'
    rm -rf .venv
    "$python" -m venv .venv
fi

exec .venv/bin/python -m core.launcher.install "$@"
