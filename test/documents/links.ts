import { readdir, readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filesBelow } from '../support/files-below.ts';

const root = new URL('../../', import.meta.url);

/** A relative link or image of a document. */
export interface Link {
  /** The path of the document from the root of the repository. */
  file: string;
  /** The path of the target from the root of the repository. */
  target: string;
  /** The anchor without `#`; empty for a link to a whole file. */
  anchor: string;
  isImage: boolean;
}

/** Returns the paths of every document of the repository. */
export async function markdownFiles(): Promise<string[]> {
  // Not below node_modules, where links lead back to the repository.
  const below = (folder: string) => filesBelow(fileURLToPath(root), folder);
  const files = [...(await readdir(root)), ...(await below('docs')), ...(await below('examples'))];
  return [...files.filter((file) => file.endsWith('.md')), 'bench/README.md', 'test/contract.md'];
}

/** Returns the relative links and images of a document, outside of its code. */
export async function readLinks(file: string): Promise<Link[]> {
  const text = withoutCode(await readFile(new URL(file, root), 'utf8'));
  return [...text.matchAll(/(!?)\[[^\]]*\]\(([^)\s]+)\)/g)]
    .filter(([, , url = '']) => !/^[a-z]+:/.test(url))
    .map(([, mark, url = '']) => {
      const [path = '', anchor = ''] = url.split('#');
      const target = path === '' ? file : posix.normalize(posix.join(posix.dirname(file), path));
      return { file, target: target.replace(/\/$/, ''), anchor, isImage: mark === '!' };
    });
}

/** Returns the anchors of the headings of a document, as GitHub writes them. */
export async function readAnchors(file: string): Promise<string[]> {
  const text = (await readFile(new URL(file, root), 'utf8')).replace(/^ *```[\s\S]*?^ *```$/gm, '');
  const seen = new Map<string, number>();
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => {
    const anchor = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
}

function withoutCode(text: string): string {
  return text.replace(/^ *```[\s\S]*?^ *```$/gm, '').replace(/`(?:\\.|[^`\n])*`(?!\])/g, '');
}
