import ModbusIO
import Testing

@Suite("Register blocks")
struct RegisterBlockTests {
  @Test("hold 1 to 125 registers", arguments: [1, 2, 124, 125])
  func allowedCounts(count: Int) throws {
    #expect(try RegisterBlock(table: .input, address: 0, count: count).count == count)
  }

  @Test("refuse other counts", arguments: [Int.min, -1, 0, 126, 65536, Int.max])
  func refusedCounts(count: Int) {
    #expect(throws: ModbusError.self) { try RegisterBlock(table: .holding, address: 0, count: count) }
  }

  @Test("may end at register 65535 and not past it")
  func end() throws {
    #expect(try RegisterBlock(table: .holding, address: 65535, count: 1).addresses == 65535...65535)
    #expect(try RegisterBlock(table: .holding, address: 65411, count: 125).addresses == 65411...65535)
    #expect(throws: ModbusError.self) { try RegisterBlock(table: .holding, address: 65412, count: 125) }
    #expect(throws: ModbusError.self) { try RegisterBlock(table: .holding, address: 65535, count: 2) }
  }

  @Test("name their registers in words")
  func words() throws {
    #expect(try RegisterBlock(table: .input, address: 100, count: 10).description == "registers 100-109 of the input table")
    #expect(try RegisterBlock(table: .holding, address: 7, count: 1).description == "register 7 of the holding table")
  }

  @Test("name their bits in words")
  func bitWords() throws {
    #expect(try RegisterBlock(table: .coil, address: 19, count: 19).description == "bits 19-37 of the coil table")
    #expect(try RegisterBlock(table: .discrete, address: 5, count: 1).description == "bit 5 of the discrete table")
  }

  @Test("are read by function codes 1 to 4, and there is no fifth table")
  func functionCodes() {
    #expect(RegisterTable.allCases.map(\.functionCode) == [1, 2, 3, 4])
    #expect(RegisterTable.allCases.filter(\.holdsBits) == [.coil, .discrete])
  }
}

@Suite("Register banks")
struct RegisterBankTests {
  @Test("give words that are defined, in their table only")
  func tables() throws {
    let bank = RegisterBank()
    bank.set([7, 8], at: 65534, in: .input)
    #expect(bank.words(try RegisterBlock(table: .input, address: 65534, count: 2)) == [7, 8])
    #expect(bank.words(try RegisterBlock(table: .holding, address: 65534, count: 2)) == nil)
    #expect(bank.words(try RegisterBlock(table: .input, address: 65533, count: 2)) == nil)
  }

  @Test("give nothing when one register of the block was removed")
  func hole() throws {
    let bank = RegisterBank()
    bank.set([1, 2, 3], at: 10)
    bank.remove(11...11)
    #expect(bank.words(try RegisterBlock(table: .holding, address: 10, count: 3)) == nil)
    #expect(bank.words(try RegisterBlock(table: .holding, address: 12, count: 1)) == [3])
  }
}
