import hypothesis
import torch

torch.set_num_threads(1)  # two threads on busy cores are far slower than one

# The same examples on every run: what fails, fails again. No deadline: the cores may be busy.
hypothesis.settings.register_profile("book", deadline=None, derandomize=True, max_examples=50)
hypothesis.settings.load_profile("book")
