/** TypeScript to what older runtimes and other compilers read: JavaScript that Node.js 22 reads, and declarations. */

import { Project, ts } from "ts-morph";

/** Words of the declarations that a program's own choice of libraries may lack. */
const LIBRARIES: readonly (readonly [word: RegExp, library: string])[] = [
  [/\b(?:AsyncDisposable|Disposable|asyncDispose|Symbol\.dispose)\b/, "esnext.disposable"],
  [/\bPromiseWithResolvers\b/, "es2024.promise"],
];

/** What Node.js knows from version 24 on, in published code and in tests. */
const USING = /^\s*(?:await )?using \w+ = .*$/m;
/** A class that cannot be loaded: TypeScript 6.0 makes it for ES2022 of one with static members and private methods. */
const BROKEN = /^\s*static \w+ = new _[a-z]\b.*$/m;

/** The JavaScript of one file that Node.js 22 reads: with helpers for `using` where the file has it. */
export function toJavaScript(file: string, text: string): string {
  const using = USING.test(text);
  const { outputText } = ts.transpileModule(text, {
    fileName: file,
    compilerOptions: {
      target: using ? ts.ScriptTarget.ES2022 : ts.ScriptTarget.ESNext,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
    },
  });
  const broken = BROKEN.exec(outputText);
  if (broken !== null) throw new Error(`${file} cannot be compiled for Node.js 22: ${broken[0].trim()}`);
  return outputText;
}

/**
 * The declarations of files. Errors of type are looked for elsewhere: here the types of the runtimes are not known.
 *
 * @param files Files, seen from the working directory.
 * @returns The text of each declaration file, by its name.
 */
export function declarationsOf(files: readonly string[]): Map<string, string> {
  const project = new Project({
    skipAddingFilesFromTsConfig: true,
    skipFileDependencyResolution: true,
    compilerOptions: {
      target: ts.ScriptTarget.ESNext,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
      strict: true,
      noCheck: true,
      declaration: true,
      emitDeclarationOnly: true,
      lib: ["lib.esnext.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
      types: [],
      rootDir: ".",
      outDir: ".",
    },
  });
  for (const file of files) project.addSourceFileAtPath(file);
  const result = project.emitToMemory({ emitOnlyDtsFiles: true });
  const [problem] = result.getDiagnostics();
  if (problem !== undefined) throw new Error(ts.formatDiagnostic(problem.compilerObject, HOST));
  const root = Deno.cwd() + "/";
  return new Map(result.getFiles().map(({ filePath, text }) => [filePath.replace(root, ""), portable(text)]));
}

const HOST: ts.FormatDiagnosticsHost = {
  getCanonicalFileName: (name) => name,
  getCurrentDirectory: () => Deno.cwd(),
  getNewLine: () => "\n",
};

/** Declarations that name files as they are in the package, and the libraries that they need. */
function portable(text: string): string {
  const libraries = LIBRARIES.filter(([word]) => word.test(text))
    .map(([, library]) => `/// <reference lib="${library}" />\n`);
  return libraries.join("") + text.replaceAll(/(\bfrom |\bimport\()(["']\.[^"']*)\.ts(["'])/g, "$1$2.js$3");
}
