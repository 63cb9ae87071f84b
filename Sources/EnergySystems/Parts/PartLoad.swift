import LinearOptimization

/// At which load the ratios of a converter's modes hold: its efficiency over its load as a line through points.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | P[m] | what the unit takes where it does nothing but mode m | kW |
/// | f[m] / P[m] | weight of mode m | - |
/// | z[k] | 1 where the load lies between the levels k and k + 1 | 0/1 |
///
///     sum_m f[m] / P[m] = u                              convex combination of points; optimizer-model, section 8, and e.g. Vielma, Ahmed,
///     sum_k z[k] = u,                                    Nemhauser, Operations Research 58 (2010)
///     weights of the modes at level k together <= z[k-1] + z[k]      only in the steps that ask for neighbours
///
/// Levels are the different P, ascending; modes of one level are the same load with and without heat, say. The lowest is the least load.
///
/// Where the curve of what it gives over what it takes is concave, a mixture of points that are no neighbours gives less than the curve: a
/// unit that goes to and fro between them within the step. Nobody wants that unless what it gives is worth less than nothing, so that z
/// is needed in those steps only. Where a curve is not concave, the mixture would give more, and z is there in all steps.
public struct PartLoad: Sendable, Equatable {
  /// P of each mode, above zero.
  public var loads: [Double]
  /// Where only neighbouring points may be mixed though every curve is concave.
  public var neighbours: Store.Exclusivity

  /// Points; see the properties.
  public init(loads: [Double], neighbours: Store.Exclusivity = .nowhere) {
    self.loads = loads
    self.neighbours = neighbours
  }

  /// The different loads, ascending.
  var levels: [Double] { Set(loads).sorted() }
}

extension Converter {
  /// The most and the least that it gives to `bus` at each level of its part load in `step`, kW.
  func curve(to bus: String, in step: Int) -> [(load: Double, least: Double, most: Double)] {
    guard let partLoad else { return [] }
    return partLoad.levels.map { level in
      let given = zip(modes, partLoad.loads).filter { $0.1 == level }.map { mode, load in
        load * mode.outputs.reduce(0) { $0 + ($1.bus == bus ? $1.perInput[step] : 0) }
      }
      return (level, given.min() ?? 0, given.max() ?? 0)
    }
  }

  /// Whether only neighbouring points may be mixed in `step`.
  func mixesNeighbours(in step: Int) -> Bool {
    guard let partLoad else { return false }
    return partLoad.neighbours[step] || outputBuses.contains { !isConcave(curve(to: $0, in: step)) }
  }

  /// Where it gives anything.
  var outputBuses: [String] { Set(modes.flatMap { $0.outputs.map(\.bus) }).sorted() }

  private func isConcave(_ curve: [(load: Double, least: Double, most: Double)]) -> Bool {
    let slopes = zip(curve, curve.dropFirst()).map { ($1.most - $0.most) / ($1.load - $0.load) }
    return zip(slopes, slopes.dropFirst()).allSatisfy { $1 <= $0 + 1e-9 }
  }

  /// The weights of the points, and which of them may be mixed.
  func formulatePartLoad(_ inputs: [Flow], _ on: Flow, _ owner: Owner, in model: inout SystemModel) {
    guard let partLoad else { return }
    let levels = partLoad.levels
    for step in model.system.hours.indices {
      model.model.label = Label(owner: owner, step: step)
      let weights = zip(inputs, partLoad.loads).map { 1 / $1 * $0[step] }
      model.model.addConstraint(.equal(0), weights + [-1 * on[step]])
      guard levels.count > 2, mixesNeighbours(in: step) else { continue }
      let segments = levels.dropFirst().map { _ in model.model.addBinary() }
      model.model.addConstraint(.equal(0), segments.map { 1 * $0 } + [-1 * on[step]])
      for (number, level) in levels.enumerated() {
        let here = zip(weights, partLoad.loads).filter { $0.1 == level }.map(\.0)
        let beside = [number - 1, number].filter(segments.indices.contains).map { -1 * segments[$0] }
        model.model.addConstraint(.atMost(0), here + beside)
      }
    }
  }
}

extension SystemCheck {
  /// What a unit gives follows from its load: recomputed by the line through its points.
  mutating func checkPartLoad(_ place: Int, _ isOn: [Bool]) {
    let converter = system.converters[place]
    guard let partLoad = converter.partLoad else { return }
    let part = schedule.converters[place]
    for step in system.hours.indices {
      let weights = zip(part.inputs, partLoad.loads).reduce(0) { $0 + $1.0[step] / $1.1 }
      require(weights, equals: isOn[step] ? 1 : 0, scale: 1, converter.id, step, "points weigh 1 while it is on")
      guard isOn[step] else { continue }
      let taken = part.inputs.reduce(0) { $0 + $1[step] }
      for bus in converter.outputBuses {
        let given = zip(converter.modes, part.inputs).reduce(0) { sum, pair in
          pair.0.outputs.reduce(sum) { $0 + ($1.bus == bus ? $1.perInput[step] * pair.1[step] : 0) }
        }
        let curve = converter.curve(to: bus, in: step)
        guard let range = Self.interpolated(curve, at: taken) else { continue }
        let least = converter.mixesNeighbours(in: step) ? range.least : -.infinity
        require(given, within: min(least, range.most)...range.most, converter.id, step, "what it gives at its load")
      }
    }
  }

  /// What lies on the line through the points of `curve` at `load`, which is taken to the nearest end where it lies outside.
  private static func interpolated(
    _ curve: [(load: Double, least: Double, most: Double)], at load: Double
  ) -> (least: Double, most: Double)? {
    guard let first = curve.first, let last = curve.last else { return nil }
    guard load > first.load else { return (first.least, first.most) }
    guard let upper = curve.firstIndex(where: { $0.load >= load }) else { return (last.least, last.most) }
    let (below, above) = (curve[upper - 1], curve[upper])
    let share = (load - below.load) / (above.load - below.load)
    return (below.least + share * (above.least - below.least), below.most + share * (above.most - below.most))
  }
}
