package vietqr

// crcTable has the CRC of each byte.
var crcTable = func() (table [256]uint16) {
	const polynomial = 0x1021
	for i := range table {
		crc := uint16(i) << 8
		for range 8 {
			carry := crc&0x8000 != 0
			crc <<= 1
			if carry {
				crc ^= polynomial
			}
		}
		table[i] = crc
	}
	return table
}()

// crc16 is CRC-16/CCITT-FALSE: initial 0xFFFF, not reflected, no final XOR. The
// check value of "123456789" is 29B1.
func crc16[T string | []byte](data T) uint16 {
	crc := uint16(0xFFFF)
	for i := range len(data) {
		crc = crc<<8 ^ crcTable[byte(crc>>8)^data[i]]
	}
	return crc
}
