"""What a long run found, a line for each check, and the closing line that tests/run counts."""


class Verdicts:
    def __init__(self):
        self.passed = self.failed = 0

    def add(self, name, violations):
        """violations: empty when the check holds; a list of rows, or a sentence."""
        if violations:
            self.failed += 1
            shown = violations if isinstance(violations, str) else f"{len(violations)}: {violations[:5]}"
            print(f"FAILED  {name}: {shown}")
        else:
            self.passed += 1
            print(f"passed  {name}")

    def close(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0
