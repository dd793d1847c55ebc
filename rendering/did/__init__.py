"""The “talks” interface that D-ID's clients speak, over the same clips, gate and credits as everything else."""
