// The sentences of src/daemon/, by code.

import { homeMissing } from '../../src/daemon/create-tools.ts';

export const messages = { 'home-missing': homeMissing };
