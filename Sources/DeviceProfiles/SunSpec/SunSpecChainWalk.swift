/// Finds the SunSpec models of a device, one request at a time.
///
/// Whoever drives it reads what `request` asks for and tells the answer with `receive` or `fail`, until `request` is nil. The walk
/// tries one base after another: an exception, silence, zeros or anything but the marker means "not here". Then it goes from header
/// to header by the length that the device reports. It reads id and length together and, where that fails, the id alone, because
/// some devices have no length behind the end mark. A failure inside the chain ends the walk and keeps what was found.
public struct SunSpecChainWalk: Sendable {
  /// The words of the common models met on the way, which say who the devices are, and the types of their DC ports.
  public private(set) var image = RegisterImage()
  /// What was found, once `request` is nil; nil when no base has a map.
  public private(set) var chain: SunSpecChain?

  private let mapping: SunSpecMapping
  private let registersPerRequest: Int
  private var state: State
  private var base: UInt16 = 0
  private var models: [SunSpecModelInstance] = []

  private enum State: Hashable, Sendable {
    /// Asks for the marker at this place of the list of bases.
    case marker(Int)
    /// Asks for id and length.
    case header(UInt16)
    /// Asks for the id alone.
    case id(UInt16)
    /// Asks for the length of the model that begins here.
    case length(UInt16, id: UInt16)
    /// Asks for the first of these blocks of the last model's data.
    case data([RegisterBlock])
    case finished
  }

  /// A walk over the bases of `mapping`, with requests of at most `registersPerRequest` registers for data (headers need two).
  public init(_ mapping: SunSpecMapping, registersPerRequest: Int = RequestLimits.protocolMaximum) {
    self.mapping = mapping
    self.registersPerRequest = registersPerRequest
    state = .finished
    tryBase(0)
  }

  /// What to read next; nil when the walk is over.
  public var request: RegisterBlock? {
    switch state {
    case .marker: RegisterBlock(table: .holding, address: base, count: 2)
    case .header(let address): RegisterBlock(table: .holding, address: address, count: 2)
    case .id(let address): RegisterBlock(table: .holding, address: address, count: 1)
    case .length(let address, id: _): RegisterBlock(table: .holding, address: address + 1, count: 1)
    case .data(let blocks): blocks.first
    case .finished: nil
    }
  }

  /// Takes the answer to `request`; an answer of another length counts as a failure.
  public mutating func receive(_ words: [UInt16]) {
    guard let request else { return }
    guard words.count == request.count else { return fail() }
    switch state {
    case .marker(let place):
      if words == SunSpecChain.marker { goOn(at: Int(base) + 2) } else { tryBase(place + 1) }
    case .header(let address):
      take(id: words[0], length: words[1], at: address)
    case .id(let address):
      if words[0] == SunSpecChain.endID {
        finish(.endMark)
      } else if address < .max {
        state = .length(address, id: words[0])
      } else {
        finish(.noHeader(at: address))
      }
    case .length(let address, let id):
      take(id: id, length: words[0], at: address)
    case .data(let blocks):
      image.add(words, of: request)
      goOnReading(Array(blocks.dropFirst()))
    case .finished:
      break
    }
  }

  /// Takes it that `request` brought an exception or no answer.
  public mutating func fail() {
    switch state {
    case .marker(let place): tryBase(place + 1)
    case .header(let address): state = .id(address)
    case .id(let address), .length(let address, id: _): finish(.failed(at: address))
    case .data(let blocks): goOnReading(Array(blocks.dropFirst()))
    case .finished: break
    }
  }

  private mutating func tryBase(_ first: Int) {
    // A marker needs two registers: there is none at 65535.
    guard let place = mapping.bases.indices.dropFirst(first).first(where: { mapping.bases[$0] < .max }) else {
      state = .finished
      return
    }
    base = mapping.bases[place]
    state = .marker(place)
  }

  /// Takes a header: the end mark, a model, or nonsense.
  private mutating func take(id: UInt16, length: UInt16, at address: UInt16) {
    guard id != SunSpecChain.endID else { return finish(.endMark) }
    let trueLength = mapping.lengths[Int(id)] ?? Int(length)
    guard id != 0, Int(address) + 2 + trueLength <= 0x1_0000 else { return finish(.noHeader(at: address)) }
    let definition = mapping.definition(Int(id))
    guard trueLength > 0 || definition == nil else { return finish(.noLength(model: Int(id))) }
    models.append(id: Int(id), address: address, length: trueLength, reportedLength: Int(length))
    guard let model = models.last, let definition else { return goOnReading([]) }
    var needs = RegisterNeedGroup(needs: definition.portTypeBlocks(of: model).map { RegisterNeed([$0]) }, gap: 0)
    if id == 1 { needs = SunSpecMapping.identityNeeds(of: model, definition: definition) }
    goOnReading(RegisterPlan([needs], registersPerRequest: registersPerRequest).requests)
  }

  /// Notes what the ports of the last model are, as far as they could be read.
  private mutating func notePorts() {
    guard let last = models.indices.last, let definition = mapping.definition(models[last].id) else { return }
    let blocks = definition.portTypeBlocks(of: models[last])
    models[last].portTypes = blocks.map { block in
      image.words(of: block)?.first.flatMap { $0 == SunSpecType.enum16.notAvailable ? nil : Int($0) }
    }
  }

  private mutating func goOnReading(_ blocks: [RegisterBlock]) {
    guard blocks.isEmpty, let last = models.last else {
      state = .data(blocks)
      return
    }
    notePorts()
    goOn(at: Int(last.address) + 2 + last.length)
  }

  private mutating func goOn(at address: Int) {
    guard models.count < SunSpecChain.longest else { return finish(.tooLong) }
    guard let address = UInt16(exactly: address) else { return finish(.endOfTable) }
    state = address < .max ? .header(address) : .id(address)
  }

  private mutating func finish(_ ending: SunSpecChain.Ending) {
    chain = SunSpecChain(base: base, models: models, ending: ending)
    state = .finished
  }
}
