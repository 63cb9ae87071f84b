import DeviceProfiles
import TestSupport
import Testing

@Suite("The walk along a device's SunSpec models")
struct SunSpecChainWalkTests {
  private let mapping = SunSpecMapping(bases: [40000, 50000, 0], models: SunSpecModels.all)

  /// A map at `base` of headers and data of zeros, closed by `end`.
  private func device(_ models: [(id: UInt16, length: UInt16)], base: UInt16 = 40000, end: String = "FFFF 0000")
    -> SimulatedDevice
  {
    var words: [UInt16] = [0x5375, 0x6E53]
    for model in models { words += [model.id, model.length] + Array(repeating: 0, count: Int(model.length)) }
    var device = SimulatedDevice()
    device.set(words + SimulatedDevice.words(end), at: base)
    return device
  }

  @Test("finds the models of a Fronius inverter, and who it is (SolarNetwork test-data-101-01)")
  func fronius() {
    let walk = Recorded.fronius101.walk(mapping)
    #expect(
      walk.chain
        == SunSpecChain(
          base: 40000,
          models: [
            SunSpecModelInstance(id: 1, address: 40002, length: 65), SunSpecModelInstance(id: 101, address: 40069, length: 50),
          ]))
    let profile = Profiles.sunSpec()
    #expect(
      profile.identity(in: walk.image, chain: walk.chain)
        == DeviceIdentity(manufacturer: "Fronius", model: "IG+V11.4", options: "2.1.18", firmware: "5.10.0", serial: "50.000000"))
  }

  @Test("asks for the marker at each base, for headers of two registers, and for the text of common models")
  func requests() {
    var walk = SunSpecChainWalk(mapping)
    var asked: [[Int]] = []
    while let request = walk.request {
      asked.append([Int(request.address), request.count])
      if let words = Recorded.fronius101.answer(request) { walk.receive(words) } else { walk.fail() }
    }
    // Text: Mn, Md, Opt, Vr, SN stand in one row of 64 registers.
    #expect(asked == [[40000, 2], [40002, 2], [40004, 64], [40069, 2], [40121, 2]])
  }

  @Test(
    "takes an exception, zeros or other words at a base for \"not here\" and goes on",
    arguments: ["", "0000 0000", "5375 6E54", "6E53 5375"])
  func bases(_ words: String) {
    var device = device([(103, 50)], base: 0)
    device.set(SimulatedDevice.words(words), at: 40000)
    device.set(SimulatedDevice.words(words), at: 50000)
    #expect(device.walk(mapping).chain?.base == 0)
    #expect(device.walk(mapping).chain?.models.map(\.id) == [103])
  }

  @Test("finds nothing where there is nothing")
  func nothing() {
    #expect(SimulatedDevice().walk(mapping).chain == nil)
    #expect(SunSpecChainWalk(SunSpecMapping(bases: [], models: [])).request == nil)
    #expect(SunSpecChainWalk(SunSpecMapping(bases: [65535], models: [])).request == nil)
  }

  @Test("reads the id alone where a device has no length behind the end mark")
  func shortEnd() {
    let chain = device([(1, 66), (103, 50)], end: "FFFF").walk(mapping).chain
    #expect(chain?.models.map(\.id) == [1, 103])
    #expect(chain?.ending == .endMark)
  }

  @Test("reads id and length one by one where a device refuses both together")
  func singleRegisters() {
    let device = device([(1, 65), (103, 50)])
    var walk = SunSpecChainWalk(mapping)
    var asked: [[Int]] = []
    while let request = walk.request {
      asked.append([Int(request.address), request.count])
      if request.count == 2, request.address > 40000 { walk.fail() } else { walk.receive(device.answer(request) ?? []) }
    }
    #expect(walk.chain?.models.map(\.length) == [65, 50])
    #expect(walk.chain?.ending == .endMark)
    #expect(asked.prefix(4) == [[40000, 2], [40002, 2], [40002, 1], [40003, 1]])
  }

  @Test("steps by the reported length, over unknown models as well, and numbers devices and occurrences")
  func numbering() {
    // SolarEdge: inverter, then two meters, each with its own common model; an unknown model 64001 with no registers between.
    let chain = device([(1, 65), (103, 50), (64001, 0), (1, 65), (203, 105), (203, 81), (1, 65), (203, 105)]).walk(mapping).chain
    #expect(
      chain?.models == [
        SunSpecModelInstance(id: 1, address: 40002, length: 65), SunSpecModelInstance(id: 103, address: 40069, length: 50),
        SunSpecModelInstance(id: 64001, address: 40121, length: 0),
        SunSpecModelInstance(id: 1, address: 40123, length: 65, occurrence: 0, device: 1),
        SunSpecModelInstance(id: 203, address: 40190, length: 105, occurrence: 0, device: 1),
        SunSpecModelInstance(id: 203, address: 40297, length: 81, occurrence: 1, device: 1),
        SunSpecModelInstance(id: 1, address: 40380, length: 65, occurrence: 0, device: 2),
        SunSpecModelInstance(id: 203, address: 40447, length: 105, occurrence: 0, device: 2),
      ])
    #expect(chain?.isPartial == false)
  }

  @Test(
    "keeps what it has when the chain breaks, and says why",
    arguments: [
      ("", SunSpecChain.Ending.failed(at: 40121)), ("0067 0000 FFFF", .noLength(model: 103)),
      ("0000 0000 0000", .noHeader(at: 40121)),
      ("FBFF FFFF", .noHeader(at: 40121)), ("0067", .failed(at: 40121)),
    ])
  func broken(end: String, ending: SunSpecChain.Ending) {
    let chain = device([(1, 65), (101, 50)], end: end).walk(mapping).chain
    #expect(chain?.models.map(\.id) == [1, 101])
    #expect(chain?.ending == ending)
    #expect(chain?.isPartial == true)
  }

  @Test("gives up after 64 models")
  func tooLong() {
    let chain = device(Array(repeating: (64001, 2), count: 100)).walk(mapping).chain
    #expect(chain?.models.count == 64)
    #expect(chain?.ending == .tooLong)
  }

  @Test("ends with the table")
  func endOfTable() {
    let mapping = SunSpecMapping(bases: [65480], models: SunSpecModels.all)
    // 65482 + 2 + 52 = 65536: the last model ends with register 65535.
    #expect(device([(103, 52)], base: 65480, end: "").walk(mapping).chain?.ending == .endOfTable)
    #expect(device([(103, 51)], base: 65480, end: "FFFF").walk(mapping).chain?.ending == .endMark)
    #expect(device([(103, 51)], base: 65480, end: "0067").walk(mapping).chain?.ending == .noHeader(at: 65535))
    let walk = device([(103, 52)], base: 65480, end: "").walk(mapping)
    #expect(walk.chain?.models == [SunSpecModelInstance(id: 103, address: 65482, length: 52)])
  }

  @Test("a common model whose text cannot be read does not stop it")
  func noText() {
    var device = device([(1, 65), (103, 50)])
    device.longestRequest = 2
    let walk = device.walk(mapping)
    #expect(walk.chain?.models.map(\.id) == [1, 103])
    #expect(walk.image.contents.isEmpty)
  }

  @Test("an answer of another length counts as none, and answers after the end change nothing")
  func wrongLength() {
    var walk = SunSpecChainWalk(mapping)
    walk.receive([0x5375])
    #expect(walk.request?.address == 50000)
    walk.fail()
    walk.fail()
    #expect(walk.request == nil)
    walk.receive([0x5375, 0x6E53])
    walk.fail()
    #expect(walk.request == nil && walk.chain == nil)
  }

  @Test("a chain is confirmed by its marker and headers, and not when a model moved")
  func confirmation() throws {
    let chain = try #require(Recorded.fronius101.walk(mapping).chain)
    func image(_ device: SimulatedDevice) -> RegisterImage {
      var image = RegisterImage()
      for request in chain.headerRequests {
        if let words = device.answer(request) { image.add(words, of: request) }
      }
      return image
    }
    #expect(chain.isConfirmed(by: image(Recorded.fronius101)))
    var changed = Recorded.fronius101
    changed.set([111, 60], at: 40069)
    #expect(!chain.isConfirmed(by: image(changed)))
    #expect(!chain.isConfirmed(by: RegisterImage()))
  }

  @Test("whatever a device answers, the walk ends within bounds and in the table", arguments: UInt64(1)...500)
  func bounded(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let failures = Int.random(in: 0...4, using: &random)
    let ids: [UInt16] = [0, 1, 101, 103, 160, 64001, 0xFFFF, 0xFFFE]
    let lengths: [UInt16] = [0, 1, 2, 50, 65, 66, 0x7FFF, 0xFFFE, 0xFFFF]
    var walk = SunSpecChainWalk(mapping, registersPerRequest: random.pick([1, 2, 16, 64, 125]))
    var requests = 0
    while let request = walk.request {
      requests += 1
      // 3 markers; per model header, id, length and the five texts of a common model.
      guard requests <= 3 + 64 * 8 + 3 else { break }
      #expect((1...125).contains(request.count) && Int(request.address) + request.count <= 0x1_0000, "seed \(seed)")
      if Int.random(in: 0..<10, using: &random) < failures {
        walk.fail()
      } else if request.count == 2, Int.random(in: 0..<3, using: &random) > 0 {
        walk.receive(requests <= 3 ? [0x5375, 0x6E53] : [random.pick(Array(ids.dropLast(requests % 3))), random.pick(lengths)])
      } else {
        walk.receive((0..<request.count).map { _ in random.word() })
      }
    }
    #expect(walk.request == nil, "seed \(seed)")
    let models = walk.chain?.models ?? []
    #expect(models.count <= 64, "seed \(seed)")
    #expect(zip(models, models.dropFirst()).allSatisfy { $0.address < $1.address }, "seed \(seed)")
    #expect(models.allSatisfy { Int($0.address) + 2 + $0.length <= 0x1_0000 }, "seed \(seed)")
  }
}
