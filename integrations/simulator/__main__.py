import sys

from integrations.simulator.server import run

if __name__ == "__main__":
    sys.exit(run())
