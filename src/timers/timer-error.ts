// Why a timer was not set, found or stored. The service tells the person, so it reads as something one could say.

import { ToolError } from '../tools/tool.ts';

export class TimerError extends ToolError {}
