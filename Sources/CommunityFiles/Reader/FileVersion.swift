import Yams

/// The version line that every file of ours begins with.
enum FileVersion {
  /// Notes a problem unless the file says `version: 1`.
  ///
  /// - Throws: when the file is newer than this program, which then cannot judge the rest.
  static func check(_ root: Fields) throws(FileProblems) {
    guard let node = root.required("version", expected: "write `version: 1` as the first line"),
      let text = root.scalar(node, key: "version", expected: "1")
    else { return }
    guard let version = Int(text), version >= 1 else {
      root.problems.add("'version' is '\(text)', it must be 1", at: node.mark)
      return
    }
    guard version > 1 else { return }
    throw FileProblems([
      FileProblem(
        file: root.problems.file, line: node.mark?.line, column: node.mark?.column,
        message: "version \(version) is newer than this program, which knows version 1; install the newer program")
    ])
  }
}
