import type { INode, IWorkflowMetadata } from 'n8n-workflow';

/** Who acts, in the words of the audit trail: this node of this workflow. */
export function nodeActor(ctx: { getWorkflow(): IWorkflowMetadata; getNode(): INode }): string {
	return `node:${ctx.getWorkflow().name ?? 'unnamed'}/${ctx.getNode().name}`;
}

/** A name of this node of this workflow that survives restarts: for cursors and inboxes. */
export function nodeKey(ctx: { getWorkflow(): IWorkflowMetadata; getNode(): INode }): string {
	return `${ctx.getWorkflow().id ?? 'unsaved'}:${ctx.getNode().id}`;
}
