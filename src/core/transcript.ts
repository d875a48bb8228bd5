// How the log labels what was said. The support file finds these lines by their label and removes the words.

export const transcriptLabels = { person: 'Heard', reply: 'Said' } as const;
